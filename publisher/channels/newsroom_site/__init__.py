"""The newsroom's folder: what an entry holds, how its pages look, and how they get onto the disk."""
