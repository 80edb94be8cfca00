"""The pages: thin; each asks the rooms below by name and shows the answer."""
