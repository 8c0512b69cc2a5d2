"""A provider within the gateway's own container: it answers on port 8011, the model `slow` after four seconds."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER = {"role": "assistant", "content": "hello"}
USAGE = {"prompt_tokens": 20, "completion_tokens": 60, "total_tokens": 80}


class Provider(BaseHTTPRequestHandler):
    """Answers chat completions."""

    def do_POST(self) -> None:
        model = json.loads(self.rfile.read(int(self.headers["content-length"])))["model"]
        if model == "slow":
            time.sleep(4)  # as long as it is under way when the gateway is told to stop
        choice = {"index": 0, "message": ANSWER, "finish_reason": "stop"}
        answer = {"id": "c1", "object": "chat.completion", "created": 0, "model": model, "choices": [choice]}
        body = json.dumps(answer | {"usage": USAGE}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", 8011), Provider).serve_forever()
