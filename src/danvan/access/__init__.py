"""People, posts, permissions, scope, stored files, notices."""
