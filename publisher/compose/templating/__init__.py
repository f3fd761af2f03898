"""What a template of a press office may say and do; publisher/compose/templates.py loads and runs one."""
