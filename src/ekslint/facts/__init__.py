"""The facts of each kind of subject, one module per kind."""
