"""Launch-template user data: what it makes of max-pods, whichever format it comes in.

`read.decode` gives a UserData for any text that a carrier calls user data; `read.is_user_data` says whether a file is user data by
itself.
"""
