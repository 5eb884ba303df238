"""ekslint: a static linter for EKS networking."""

__version__ = "0.1.0"
