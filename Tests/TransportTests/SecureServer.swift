import Glibc

/// A server over TLS, in Python, since the tests' own speaks no TLS: HTTP/1.1, or as much of HTTP/2
/// as it takes to answer and to break a request. Its certificate is made for the run.
final class SecureServer {
    let port: Int
    let certificate: String
    private let process: pid_t
    private let channel: Int32

    /// Whether this machine has what it takes.
    static let isPossible =
        system("python3 -c 'import ssl' >/dev/null 2>&1 && openssl version >/dev/null 2>&1") == 0

    /// - Parameter way: how the second request of the first connection ends: `close`, `goaway`,
    ///   `refused`, `http11` (HTTP/2), `h1` (speaks only HTTP/1.1, and closes).
    init(_ way: String) throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure() }
        channel = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let words = ["python3", "-c", SecureServer.script, way]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawnp(&process, "python3", &actions, nil, &arguments, environ)
        close(ends[1])
        guard code == 0 else { throw Failure() }
        self.process = process
        let line = SecureServer.line(channel).split(separator: " ")
        guard line.count == 2, let number = Int(line[0]) else { throw Failure() }
        port = number
        certificate = String(line[1])
    }

    deinit {
        close(channel)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    struct Failure: Error {}

    var url: String { "https://127.0.0.1:\(port)/" }

    /// How many requests have begun to arrive, how many came whole, and on how many connections.
    func counts() -> [Int] {
        var feed = UInt8(ascii: "\n")
        write(channel, &feed, 1)
        return SecureServer.line(channel).split(separator: " ").compactMap { Int($0) }
    }

    private static func line(_ number: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(number, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let script = #"""
        import socket, ssl, struct, subprocess, sys, tempfile, threading
        way = sys.argv[1]
        folder = tempfile.TemporaryDirectory()
        pem = folder.name + '/pem'
        make = ('openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'
            ' -subj /CN=test -addext subjectAltName=IP:127.0.0.1 -keyout').split()
        subprocess.run(make + [pem + '.key', '-out', pem], check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, pem + '.key')
        context.set_alpn_protocols(['http/1.1'] if way == 'h1' else ['h2', 'http/1.1'])
        listener = socket.create_server(('127.0.0.1', 0))
        begun = whole = connections = 0

        def exactly(s, n):
            b = b''
            while len(b) < n:
                c = s.recv(n - len(b))
                if not c: raise EOFError
                b += c
            return b

        def frame(s, kind, flags, stream, data=b''):
            s.sendall(struct.pack('>IBI', len(data) << 8 | kind, flags, stream) + data)

        def two(s, first):
            global begun, whole
            exactly(s, 24)
            frame(s, 4, 0, 0)
            answered = 0
            while True:
                h = exactly(s, 9)
                first_word, flags, stream = struct.unpack('>IBI', h)
                kind = first_word & 255
                exactly(s, first_word >> 8)
                if kind == 4 and not flags & 1: frame(s, 4, 1, 0)
                if kind == 6 and not flags & 1: return
                if kind == 1: begun += 1
                if kind in (0, 1) and flags & 1:
                    whole += 1
                    if first and answered == 1 and way != 'none':
                        answered += 1
                        if way == 'close': return
                        if way == 'goaway':
                            frame(s, 7, 0, 0, struct.pack('>II', 1, 0))
                            return
                        frame(s, 3, 0, stream, struct.pack('>I', 7 if way == 'refused' else 13))
                        continue
                    answered += 1
                    frame(s, 1, 5, stream, b'\x88')

        def one(s, first):
            global begun, whole
            answered = 0
            while True:
                b = b''
                while b'\r\n\r\n' not in b:
                    c = s.recv(65536)
                    if not c: return
                    b += c
                begun += 1
                head, b = b.split(b'\r\n\r\n', 1)
                for line in head.lower().split(b'\r\n'):
                    name, _, value = line.partition(b':')
                    if name == b'content-length': exactly(s, int(value) - len(b))
                whole += 1
                if first and answered == 1: return
                answered += 1
                s.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')

        def serve(raw, first):
            try:
                with context.wrap_socket(raw, server_side=True) as s:
                    (two if s.selected_alpn_protocol() == 'h2' else one)(s, first)
            except (OSError, EOFError): pass

        def run():
            global connections
            while True:
                raw, _ = listener.accept()
                connections += 1
                threading.Thread(target=serve, args=(raw, connections == 1), daemon=True).start()

        threading.Thread(target=run, daemon=True).start()
        print(listener.getsockname()[1], pem, flush=True)
        for _ in sys.stdin: print(begun, whole, connections, flush=True)
        """#
}
