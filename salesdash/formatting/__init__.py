"""How numbers, times, names and small figures are written. Pure: no ORM, no request."""
