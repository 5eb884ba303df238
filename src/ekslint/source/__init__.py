"""Files and bytes: walking folders, git-ignore, standard input, decoding."""
