"""Downloads run through.

Why: Parallel parts time out on a slow or shaky line, VPN or filtering proxy.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The download breaks off because the line is slow or shaky.",
    seen="The download stops again and again; starting it once more goes on.",
    why="Parallel parts time out on a slow or shaky line, VPN or filtering proxy.",
    fixes=(
        Fix(
            "Repeat it until it is through (llama3.2:1b is an example); it goes on where it stopped.",
            ("until ollama pull llama3.2:1b; do sleep 5; done",),
            proof="ollama list",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Repeat it until it is through, in PowerShell (llama3.2:1b is an example); it goes on where it stopped.",
            ("do { ollama pull llama3.2:1b; Start-Sleep 5 } until ($LASTEXITCODE -eq 0)",),
            proof="ollama list",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Avoid VPN and Wi-Fi, or fetch a file (this one is an example) with hf, which resumes (pip install -U huggingface_hub brings it), and import it.",
            (
                "hf download bartowski/Llama-3.2-1B-Instruct-GGUF Llama-3.2-1B-Instruct-Q4_K_M.gguf --local-dir .",
                "echo 'FROM ./Llama-3.2-1B-Instruct-Q4_K_M.gguf' > Modelfile",
                "ollama create my-model -f Modelfile",
            ),
            proof="ollama list",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1158",
        "https://github.com/ollama/ollama/issues/6211",
        "https://github.com/ollama/ollama/issues/8167",
        "https://github.com/ollama/ollama/issues/3162",
        "https://github.com/ollama/ollama/issues/1036",
        "https://github.com/ollama/ollama/issues/1736",
        "https://github.com/ollama/ollama/issues/8533",
        "https://github.com/ollama/ollama/issues/1668",
        "https://github.com/kubeai-project/kubeai/issues/378",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(
        "net-proxy-not-in-service-env",
        "net-download-altered",
    ),
)

#: What was tried again came in the end.
ARRIVED = (
    r"^(?:success|writing manifest)\b|Successfully (?:installed|downloaded)",
    r"\| 200 \|.{0,80}\"/api/(?:chat|generate)\"|^\S{1,80}:\S{1,40} {2,}[0-9a-f]{12} {2,}\d",
)

SIGNATURES = (
    Signature(
        r"part \d+ stalled; retrying\b",
        ("retrying", "stalled", "part"),
        certainty=0.94,
        unless=ARRIVED,
    ),
    Signature(
        r"part \d+ attempt \d+ failed: ",
        ("attempt", "part", "failed"),
        certainty=0.94,
        unless=(r"no space left|no such host|x509",),
    ),
    Signature(
        r"max retries exceeded: (?:unexpected )?EOF\b",
        ("exceeded", "retries", "max"),
        certainty=0.95,
    ),
    Signature(
        r"max retries exceeded\b",
        ("exceeded", "retries", "max"),
        certainty=0.88,
        unless=(
            r"no such host|no space left|x509|cloudflarestorage.{0,300}(?:no such host|refused)|HTTPS?ConnectionPool|network is unreachable",
        ),
    ),
    Signature(r"part stalled\b", ("stalled", "part"), certainty=0.87),
    Signature(
        r"If this persists, press ctrl-c to exit\b",
        ("persists", "press", "exit"),
        certainty=0.92,
        unless=ARRIVED,
    ),
    Signature(
        r"TLS handshake timeout\b",
        ("handshake", "timeout", "tls"),
        certainty=0.87,
        unless=(r"registry\.ollama\.ai",),
    ),
    Signature(
        r"net/http: TLS handshake timeout\b", ("handshake", "timeout", "http"), certainty=0.82
    ),
    Signature(
        r"unexpected EOF\b",
        ("unexpected", "eof"),
        certainty=0.85,
        also=(r"pull|download|blob|registry",),
        unless=(r"gguf_init|llama_model_load|error loading model|archive",),
    ),
    Signature(r"stream error: stream ID \d+; ", ("stream", "id", "error"), certainty=0.88),
    Signature(
        r"http2: (?:client connection lost|server sent GOAWAY)\b", ("http2",), certainty=0.88
    ),
    Signature(
        r"connection reset by peer\b",
        ("connection", "reset", "peer"),
        certainty=0.87,
        also=(r"pull|download|blobs?|registry|cloudflarestorage|ollama\.ai",),
        unless=(r"huggingface|hf\.co|\[[0-9a-f]{1,4}:[0-9a-f:]+\]:\d+->",),
    ),
    Signature(r"\bwsarecv: ", ("wsarecv",), certainty=0.88),
    Signature(
        r"forcibly closed by the remote host\b", ("forcibly", "remote", "closed"), certainty=0.87
    ),
    Signature(r"read: operation timed out\b", ("operation", "timed", "read"), certainty=0.87),
    Signature(r"IncompleteRead\(", ("incompleteread",), certainty=0.88),
    Signature(r"ChunkedEncodingError\b", ("chunkedencodingerror",), certainty=0.88),
    Signature(
        r"\bProtocolError\b.{0,80}(?:Connection broken|Connection aborted|IncompleteRead)",
        ("protocolerror",),
        certainty=0.85,
    ),
    Signature(
        r"Error while downloading from https?://[\s\S]{1,400}?(?:Trying to resume download|Max retries exceeded)",
        ("downloading", "while", "from"),
        certainty=0.93,
        lines=3,
    ),
    Signature(r"Trying to resume download\b", ("download", "resume", "trying"), certainty=0.88),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.86,
            also=(r"download|pip|hf|huggingface|resume|files\.",),
            unless=(*ARRIVED, r"host='huggingface"),
        )
        for pattern, needs in (
            (r"Read timed out\b", ("timed", "read", "out")),
            (r"ReadTimeoutError\b", ("readtimeouterror",)),
        )
    ),
    Signature(r"curl: \(18\) ", ("curl", "18"), certainty=0.9),
    Signature(r"curl: \(56\) ", ("curl", "56"), certainty=0.85),
    Signature(r"curl: \(92\) ", ("curl", "92"), certainty=0.88),
    Signature(
        r"curl: \(28\) Operation (?:timed out|too slow)\b",
        ("operation", "curl", "28"),
        certainty=0.85,
    ),
    Signature(
        r"download failed after \d+ attempts\b", ("download", "attempts", "after"), certainty=0.85
    ),
    Signature(
        r"transfer closed with \d+ bytes remaining to read\b",
        ("remaining", "transfer", "closed"),
        certainty=0.93,
    ),
    Signature(r"Read error at byte \d+", ("byte", "read", "at"), certainty=0.88),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.88,
            unless=(
                r"no such host|x509|CERTIFICATE|Failed to resolve|No space left|StorageFull|401 Unauthorized|403 Forbidden",
            ),
        )
        for pattern, needs in (
            (r"curl: \((?:16|55)\) ", ("curl",)),
            (
                r"peer closed connection without sending complete message body",
                ("connection", "complete", "message"),
            ),
            (r"Response payload is not completed\b", ("completed", "response", "payload")),
            (
                r"Not enough data to satisfy (?:content length|transfer length) header",
                ("satisfy", "enough", "header"),
            ),
            (r"error decoding response body\b", ("decoding", "response", "error")),
            (r"error reading a body from connection\b", ("connection", "reading", "error")),
            (r"end of file before message length reached\b", ("message", "reached", "before")),
            (
                r"connection closed before message completed\b",
                ("connection", "completed", "message"),
            ),
            (
                r"The TLS connection was non-properly terminated\b",
                ("connection", "terminated", "properly"),
            ),
            (r"RPC failed; curl \d+ ", ("failed", "curl", "rpc")),
            (
                r"unexpected disconnect while reading sideband packet\b",
                ("disconnect", "unexpected", "sideband"),
            ),
            (r"fatal: early EOF\b", ("early", "fatal", "eof")),
            (r"CAS service error\b", ("service", "error", "cas")),
            (r"File reconstruction error\b", ("reconstruction", "error", "file")),
            (r"Connection closed at byte \d+\. Retrying", ("connection", "retrying", "closed")),
            (r"Read error \(.{1,60}\) in headers\b", ("headers", "error", "read")),
            (r"wget: connection closed prematurely\b", ("prematurely", "connection", "closed")),
            (r"Too slow Downloading speed: ", ("downloading", "speed", "slow")),
            (r"\bERR_INCOMPLETE_CHUNKED_ENCODING\b", ("err_incomplete_chunked_encoding",)),
            (r"\bERR_CONTENT_LENGTH_MISMATCH\b", ("err_content_length_mismatch",)),
            (r"http2: timeout awaiting response headers\b", ("awaiting", "response", "headers")),
            (r"download (?:failed|interrupted), retrying\b", ("download", "retrying")),
            (
                r"httpReadSeeker: failed open: unexpected EOF\b",
                ("httpreadseeker", "unexpected", "failed"),
            ),
            (r"download (?:has )?stalled\b", ("download", "stalled")),
        )
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.86,
            unless=(r"cloudflarestorage|huggingface|hf\.co|no such host|x509|:11434\b",),
        )
        for pattern, needs in (
            (
                r"read tcp \S+->(?:\d{1,3}\.){3}\d{1,3}:443: (?:read: connection timed out|use of closed network connection|i/o timeout)",
                ("read", "443", "tcp"),
            ),
            (
                r"curl_easy_perform\(\) failed after \d+ attempts",
                ("curl_easy_perform", "attempts", "failed"),
            ),
            (
                r"The underlying connection was closed: The connection was closed unexpectedly",
                ("unexpectedly", "connection", "underlying"),
            ),
            (
                r"The request was aborted: The connection was closed",
                ("connection", "aborted", "request"),
            ),
            (
                r"Die (?:bestehende|vorhandene) Verbindung wurde vom Remotehost geschlossen",
                ("geschlossen", "remotehost", "verbindung"),
            ),
            (
                r"vorhandene Verbindung wurde vom Remotehost geschlossen",
                ("geschlossen", "remotehost", "verbindung"),
            ),
            (
                r"connexion existante a d. .tre ferm.e par l.h.te distant",
                ("connexion", "existante", "distant"),
            ),
            (
                r"interrupci.n de una conexi.n existente por el host remoto",
                ("interrupci", "existente", "conexi"),
            ),
        )
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.84,
            also=(r"download|pull|blob|huggingface|hf\.co|hf_hub|pip|resume|model|fetch",),
            unless=(r":11434\b|127\.0\.0\.1|localhost|huggingface|hf\.co|s100% +/",),
        )
        for pattern, needs in (
            (r"\bread ECONNRESET\b", ("econnreset", "read")),
            (r"\bUND_ERR_SOCKET\b", ("und_err_socket",)),
            (r"SSL_ERROR_SYSCALL, errno 104\b", ("ssl_error_syscall", "errno", "104")),
            (r"other side closed\b", ("closed", "other", "side")),
            (r"\bERR_CONNECTION_RESET\b", ("err_connection_reset",)),
            (r"\bERR_NETWORK_CHANGED\b", ("err_network_changed",)),
            (r"errorCode=2 ", ("errorcode", "2")),
            (r"^Error: EOF\s*$", ("error", "eof")),
            (r"The read operation timed out\b", ("operation", "timed", "read")),
            (r"curl: \(52\) Empty reply from server", ("server", "empty", "reply")),
        )
    ),
    Signature(
        r"after connection broken by '(?:ReadTimeoutError|ProtocolError|RemoteDisconnected|ConnectionResetError|IncompleteRead)",
        ("connection", "broken", "after"),
        certainty=0.86,
        unless=(*ARRIVED, r"cloudflarestorage|huggingface|hf\.co|no such host|x509|:11434\b"),
    ),
)
