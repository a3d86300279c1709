"""The outbox: messages to people, written with what caused them, sent later by any number of workers."""
