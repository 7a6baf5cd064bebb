"""Documents as they are issued: once, numbered without gaps, whoever asks at once."""
