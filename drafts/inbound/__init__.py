"""What comes back after a mail has left: by webhook, from a mailbox, or by the reader's own hand."""
