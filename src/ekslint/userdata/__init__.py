"""Launch-template user data: what it makes of max-pods, whichever format it comes in.

`decode` gives a UserData for any text that a carrier calls user data; `is_user_data` says whether a file is user data by itself.
"""

from ekslint.userdata.read import TOKENS, UserData, decode, is_user_data

__all__ = ["TOKENS", "UserData", "decode", "is_user_data"]
