"""Files that nobody meant well, given to the readers: what each format may do to us, and what it may not.

formats.py draws files (structures of each format, and damaged ones of real files); watched.py has them read by a process
of its own (reader.py) that is stopped when it takes too long and that tells what it opened, wrote and asked for.
test_fuzz.py is the short version; `make fuzz` the long one, ten minutes for each format.
"""
