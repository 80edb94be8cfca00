"""Registers, reports, comparisons and letters of Viet Nam's dân vận system."""
