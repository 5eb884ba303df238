"""The shipped rules, one YAML file each."""
