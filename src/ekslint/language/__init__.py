"""The rule file: how it is read, checked, compiled and decided, and the words of its findings."""
