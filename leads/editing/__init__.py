"""Stage, owner and next action changed from the table: on one lead or many, and taken back."""
