"""Tax: what of a gross price is tax, under which treatment, and by which rule of which day."""
