"""A mail server of our own for tests: it writes down what it takes, and refuses, drops or goes away as it is told.

As a program it reads its plan, recipient by fate as JSON, from the first line of standard input, prints its port, and
then does what each further line says: ``away``, ``back``, or ``taken``, which prints how often it took each Message-ID.
"""

import json
import socketserver
import sys
import threading
import time
from collections import Counter
from email import message_from_bytes

ACCEPT, REFUSE, PUT_OFF = "accept", "refuse", "put off"
DROP_BEFORE, DROP_DURING, DROP_AFTER = "drop before", "drop during", "drop after"  # the message was handed over
DROPS = (DROP_BEFORE, DROP_DURING, DROP_AFTER)


class Conversation(socketserver.StreamRequestHandler):
    """One connection; `behave` of the server says what is done with each recipient.

    That is one of the words above, an answer such as "550 No such user", or a list of what is done, last one first.
    """

    def handle(self):
        mails = self.server.mails
        mails.connections += 1
        while mails.is_silent:
            time.sleep(0.05)
        self.reply("220 mail.test ESMTP")
        self.recipient = ""
        while line := self.rfile.readline():
            words = line.decode("ascii", "replace").strip()
            verb = words[:4].upper()
            if mails.is_away or (verb == "QUIT"):
                return
            if not getattr(self, f"on_{verb.lower()}", self.on_other)(words):
                return

    def reply(self, text):
        self.wfile.write(text.encode() + b"\r\n")
        return True

    def on_ehlo(self, words):
        return self.reply("250-mail.test\r\n250-SIZE 1000000\r\n250 8BITMIME")

    def on_mail(self, words):
        return self.reply("250 2.1.0 Sender ok")

    def on_rcpt(self, words):
        self.recipient = words.partition("<")[2].partition(">")[0]
        fate = self.server.mails.behave(self.recipient)
        self.fate = (fate.pop() if fate else ACCEPT) if isinstance(fate, list) else fate
        if self.fate == REFUSE:
            return self.reply(f"550 5.1.1 <{self.recipient}>: there is no such user")
        if self.fate == PUT_OFF:
            return self.reply("451 4.7.1 Greylisted, try again later")
        if self.fate[:1].isdigit():
            return self.reply(self.fate)
        return self.fate != DROP_BEFORE and self.reply("250 2.1.5 Recipient ok")

    def on_data(self, words):
        self.reply("354 Go ahead")
        if self.fate == DROP_DURING:
            self.rfile.readline()
            return False
        data = b""
        while not data.endswith(b"\r\n.\r\n"):
            line = self.rfile.readline()
            if not line:
                return False
            data += line
        self.server.mails.take(self.recipient, data[:-3].replace(b"\r\n..", b"\r\n."))
        return self.fate != DROP_AFTER and self.reply("250 2.0.0 Taken")

    def on_other(self, words):
        return self.reply("250 2.0.0 Ok")


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Say nothing: a client that is killed hangs up."""


class MailServer:
    """Listens on 127.0.0.1 in the `with` block; ``taken`` is what it took: recipient and mail, in order."""

    def __init__(self, behave=lambda recipient: ACCEPT):
        self.behave = behave
        self.taken = []
        self.is_away = self.is_silent = False  # silent: takes connections and says nothing
        self.connections = 0
        self.port = 0
        self.listener = None

    def __enter__(self):
        self.come_back()
        return self

    def __exit__(self, *_error):
        if not self.is_away:
            self.go_away()

    def come_back(self):
        """Listen, at the same port as before."""
        self.is_away = False
        self.listener = Listener(("127.0.0.1", self.port), Conversation)
        self.listener.mails = self
        self.port = self.listener.server_address[1]
        threading.Thread(target=self.listener.serve_forever, args=(0.01,), daemon=True).start()

    def go_away(self):
        """Take no connection, and hang up on those there are."""
        self.is_away = True
        self.listener.shutdown()
        self.listener.server_close()

    def take(self, recipient, data):
        self.taken.append((recipient, message_from_bytes(data)))

    def times_taken(self):
        """Return how often each Message-ID was taken."""
        return Counter(mail["Message-ID"] for _recipient, mail in self.taken)


class Plan:
    """What is done with each recipient; a connection is dropped the first time only."""

    def __init__(self, fates):
        self.fates = fates
        self.dropped = set()

    def __call__(self, recipient):
        fate = self.fates.get(recipient, ACCEPT)
        if fate in DROPS and recipient in self.dropped:
            return ACCEPT
        self.dropped.add(recipient)
        return fate


def main():
    """Serve until standard input ends."""
    with MailServer(Plan(json.loads(sys.stdin.readline()))) as mails:
        sys.stdout.write(f"{mails.port}\n")
        sys.stdout.flush()
        for line in sys.stdin:
            if line.strip() == "away":
                mails.go_away()
            elif line.strip() == "back":
                mails.come_back()
            else:
                sys.stdout.write(json.dumps(mails.times_taken()) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
