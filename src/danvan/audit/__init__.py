"""What was done, by whom, to what: written in the transaction of the deed, never changed afterwards."""
