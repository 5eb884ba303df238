"""Trees built from several files."""
