"""What citizens raise: receptions, petitions, feedback, dialogues and the promises made there, pressing issues."""
