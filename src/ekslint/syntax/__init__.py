"""Parsed trees with exact spans, one module per syntax."""
