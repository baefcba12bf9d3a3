import Glibc
import Platform

/// The real program, started as anyone starts it, on a processor of its own.
final class Served {
    let port: UInt16
    private let pid: pid_t
    /// Seconds from the start to the first answer that it is ready.
    private(set) var readyAfter = 0.0
    /// Seconds of processor time it had used by then.
    private(set) var usedWhenReady = 0.0

    /// - Parameters:
    ///   - program: the path of `hundred`.
    ///   - log: where its output goes.
    ///   - environment: beside `PATH`.
    ///   - isPinned: whether it has only the first processor.
    init(
        _ program: String, data: String, commands: String, log: String,
        environment: [String: String] = [:], isPinned: Bool = true
    ) throws {
        guard Files.isFile(program) else {
            throw Trouble("\(program) is not there: build it, or name it with HUNDRED_PROGRAM")
        }
        port = try Socket.freePort()
        var variables = environment
        variables["PATH"] = "/usr/bin:/bin"
        variables["HUNDRED_DATA"] = data
        variables["HUNDRED_COMMANDS"] = commands
        variables["HUNDRED_HTTP_PORT"] = String(port)
        if variables["HUNDRED_LOG_LEVEL"] == nil { variables["HUNDRED_LOG_LEVEL"] = "warning" }
        let line =
            (isPinned && Pinning.isPossible ? [Pinning.tool, "-c", "0"] : []) + [program, "serve"]
        let start = Clock.now()
        pid = try Self.spawn(line, variables, log)
        while try !isReady() {
            guard Clock.now() - start < 30 else {
                stop()
                throw Trouble("hundred was not ready within 30 s; its output is in \(log)")
            }
            usleep(1000)
        }
        readyAfter = Clock.now() - start
        usedWhenReady = try used()
    }

    deinit { stop() }

    private static func spawn(
        _ line: [String], _ environment: [String: String], _ log: String
    ) throws -> pid_t {
        var arguments: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var pid = pid_t()
        let code = posix_spawn(&pid, line[0], &actions, nil, &arguments, &variables)
        guard code == 0 else { throw Trouble("\(line[0]) can't be started: error \(code)") }
        return pid
    }

    private func isReady() throws -> Bool {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == 0 else {
            throw Trouble("hundred ended at once, with status \((status >> 8) & 0xFF)")
        }
        guard let socket = try? Socket.connected(to: port, isWaiting: true) else { return false }
        defer { close(socket) }
        let request = Array(
            "GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard request.withUnsafeBytes({ write(socket, $0.baseAddress, $0.count) }) == request.count
        else { return false }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = buffer.withUnsafeMutableBytes { read(socket, $0.baseAddress, $0.count) }
        return count > 12 && buffer.starts(with: "HTTP/1.1 200".utf8)
    }

    /// Megabytes in memory: all, and those that no file stands behind.
    func memory() throws -> (resident: Double, anonymous: Double) {
        let file = try Descriptor.open("/proc/\(pid)/status", O_RDONLY)
        let text = String(decoding: try file.bytes(at: 0, count: 16 << 10), as: UTF8.self)
        func figure(_ name: String) -> Double {
            for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
                let kilobytes = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
                if kilobytes.count > 1 { return (Double(String(kilobytes[1])) ?? .nan) / 1024 }
            }
            return .nan
        }
        return (figure("VmRSS"), figure("RssAnon"))
    }

    /// Seconds of processor time it has used.
    func used() throws -> Double {
        let file = try Descriptor.open("/proc/\(pid)/stat", O_RDONLY)
        let text = String(decoding: try file.bytes(at: 0, count: 4096), as: UTF8.self)
        let fields = text.split(separator: " ")
        guard fields.count > 14, let user = Double(String(fields[13])),
            let system = Double(String(fields[14]))
        else { return .nan }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private var isStopped = false

    /// Asks it to end, and waits until it has.
    func stop() {
        guard !isStopped else { return }
        isStopped = true
        kill(pid, SIGTERM)
        var status: Int32 = 0
        for _ in 0..<300 {
            if waitpid(pid, &status, WNOHANG) != 0 { return }
            usleep(100_000)
        }
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
    }
}

/// Processors: the first for the program, the last for whoever loads it.
enum Pinning {
    static let tool = "/usr/bin/taskset"
    static let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    static var isPossible: Bool { processors > 1 && Files.isFile(tool) }

    /// Keeps this whole process off the first processor from now on.
    static func leaveFirst() {
        guard isPossible else { return }
        let line: [String] = [tool, "-a", "-p", "-c", String(processors - 1), String(getpid())]
        var arguments: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        defer { for text in arguments { free(text) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var pid = pid_t()
        guard posix_spawn(&pid, tool, &actions, nil, &arguments, environ) == 0 else { return }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}

/// TCP on this machine, no more.
enum Socket {
    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func made() throws -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Trouble("no socket: error \(errno)") }
        return socket
    }

    private static func with<Result>(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = address(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// - Parameter isWaiting: whether reads and writes wait; half a second at most.
    static func connected(to port: UInt16, isWaiting: Bool) throws -> Int32 {
        let socket = try made()
        guard with(port, { connect(socket, $0, $1) }) == 0 else {
            close(socket)
            throw Trouble("no connection to port \(port): error \(errno)")
        }
        if isWaiting {
            var time = timeval(tv_sec: 0, tv_usec: 500_000)
            setsockopt(
                socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        } else {
            hurry(socket)
        }
        return socket
    }

    /// A listening socket on a port that the system chooses.
    static func listening() throws -> (socket: Int32, port: UInt16) {
        let socket = try made()
        guard with(0, { bind(socket, $0, $1) }) == 0, listen(socket, 512) == 0 else {
            close(socket)
            throw Trouble("no port to listen on: error \(errno)")
        }
        var bound = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &bound) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(socket, $0, &length)
            }
        }
        guard code == 0 else { throw Trouble("no port: error \(errno)") }
        return (socket, UInt16(bigEndian: bound.sin_port))
    }

    static func freePort() throws -> UInt16 {
        let (socket, port) = try listening()
        close(socket)
        return port
    }

    /// Neither waits nor gathers.
    static func hurry(_ socket: Int32) {
        var one: Int32 = 1
        setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
    }
}
