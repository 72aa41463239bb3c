"""The Site tab: the site's own facts, its things and people, backup and check, tables in and out."""
