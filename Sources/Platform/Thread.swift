internal import CLinux
internal import Glibc

/// A thread of the operating system, for work that waits inside a system call.
///
/// Signals that are meant for the process (SIGTERM, SIGHUP, SIGPIPE) are blocked on it, so that
/// they are taken where they are expected.
public final class Thread: Sendable {
    private let ended: Lock<Bool>
    private let id: pthread_t

    private init(id: pthread_t) {
        self.id = id
        ended = Lock(false)
    }

    /// Starts a thread that runs the body once.
    ///
    /// - Parameter name: shown by `ps -L` and debuggers; the first 15 bytes count.
    /// - Throws: `EAGAIN`, when the process may have no more threads.
    public static func start(
        name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> Thread {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var before = sigset_t()
        clinux_block_process_signals(&before)
        var id = pthread_t()
        let code = pthread_create(
            &id, nil,
            { argument in
                guard let argument else { return nil }
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                clinux_name_this_thread(work.name)
                work.body()
                return nil
            }, work.toOpaque())
        clinux_restore_signals(&before)
        guard code == 0 else {
            work.release()
            throw SystemError(code: code, call: "pthread_create")
        }
        return Thread(id: id)
    }

    /// Waits until the body has returned. A second call returns at once.
    public func join() {
        let isFirst = ended.withLock { ended in
            defer { ended = true }
            return !ended
        }
        if isFirst { pthread_join(id, nil) }
    }

    deinit {
        if !ended.withLock({ $0 }) { pthread_detach(id) }
    }

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            var short = String.UnicodeScalarView()
            var room = 15
            for scalar in name.unicodeScalars {
                room -= UTF8.width(scalar)
                if room < 0 { break }
                short.append(scalar)
            }
            self.name = String(short)
            self.body = body
        }
    }
}
