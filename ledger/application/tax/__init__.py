"""The tax of what is sold: by whose rules, for which customer, and on what evidence."""
