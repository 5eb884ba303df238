from collections import deque
from typing import Any

class ValidationError(Exception):
    message: str
    absolute_path: deque[str | int]
    validator: str
    validator_value: Any
    instance: Any
    schema: Any
    parent: ValidationError | None
