"""Plain Python without Django: periods, working days, numbers in words and digits, Vietnamese text."""
