"""Settings that the whole suite shares."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci",
    derandomize=True,  # a suite that fails today fails tomorrow
    deadline=None,  # a slow machine is no defect
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("ci")
