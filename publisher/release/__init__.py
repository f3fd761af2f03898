"""`Document` into `Release`: one module a part of a press release."""
