"""Opens COUNT TLS connections, reads one plan on each, and keeps them open until standard input ends.

    idle.py PORT PAIRS_FILE COUNT
"""
import resource
import socket
import ssl
import sys

port, pairs, count = int(sys.argv[1]), [line.split() for line in open(sys.argv[2])], int(sys.argv[3])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
kept = []


def answer(s):
    text = b""
    while b"\r\n\r\n" not in text:
        text += s.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += s.recv(65536)
    return head.split()[1]


for i in range(count):
    family, token = pairs[i % len(pairs)]
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each request waits 40 ms for the handshake's acknowledgement
    s = context.wrap_socket(plain)
    s.sendall(f"GET /v1/families/{family}/plan HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    status = answer(s)
    if status != b"200":
        sys.exit(f"connection {i}: answered {status.decode()}")
    kept.append(s)
print("open", len(kept), flush=True)
sys.stdin.read()
