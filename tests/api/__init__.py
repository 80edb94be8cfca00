"""The interface for programs, asked and sent to as its description lets it be drawn."""
