"""The outbox: messages that are stored in the transaction of their cause and sent later by any number of workers."""
