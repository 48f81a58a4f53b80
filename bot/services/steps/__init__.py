"""What people do with a picture that is there: use, vary, finish, share, describe, delete."""
