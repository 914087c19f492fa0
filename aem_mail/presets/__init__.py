"""Knowledge of mail servers, as data: what to configure for each, and what their answers mean."""

from aem_mail.presets.answers import Explanation, explain
from aem_mail.presets.completion import oauth_endpoints, with_preset
from aem_mail.presets.providers import OAuthEndpoints, Preset, SmtpPreset, preset_for, presets

__all__ = ["Explanation", "OAuthEndpoints", "Preset", "SmtpPreset", "explain", "oauth_endpoints", "preset_for", "presets", "with_preset"]
