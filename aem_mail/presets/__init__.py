"""Knowledge of mail servers, as data: what to configure for each, and what their answers mean."""

from aem_mail.presets.answers import Explanation, explain
from aem_mail.presets.providers import Preset, preset_for, presets

__all__ = ["Explanation", "Preset", "explain", "preset_for", "presets"]
