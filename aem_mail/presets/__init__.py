"""Knowledge of mail servers, as data: what to configure for each, and what their answers mean."""

from aem_mail.presets.answers import explain
from aem_mail.presets.completion import oauth_endpoints, with_preset
from aem_mail.presets.explanation import Explanation
from aem_mail.presets.providers import Milestone, OAuthEndpoints, Preset, SmtpPreset, preset_for, presets

__all__ = [
    "Explanation",
    "Milestone",
    "OAuthEndpoints",
    "Preset",
    "SmtpPreset",
    "explain",
    "oauth_endpoints",
    "preset_for",
    "presets",
    "with_preset",
]
