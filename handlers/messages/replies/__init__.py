"""What answers a person who typed something: commands, questions, free answers, the welcome."""
