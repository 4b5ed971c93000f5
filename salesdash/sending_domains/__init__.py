"""Does the domain that a team sends from belong to it, and may our mail server send for it? DNS says so."""
