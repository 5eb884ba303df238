"""Facts that join subjects, one module per join, and the subjects that only a join makes."""
