internal import CLinux
internal import Glibc

/// A call to the operating system that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number that the system gave for the reason, such as `ENOSPC`.
    public var code: Int32
    /// The name of the call, such as "fdatasync".
    public var call: String
    /// The file that it was about, where there was one.
    public var path: String

    public init(code: Int32, call: String, path: String = "") {
        self.code = code
        self.call = call
        self.path = path
    }

    /// The error of the call that has just failed on this thread.
    public static func last(_ call: String, _ path: String = "") -> SystemError {
        SystemError(code: errno, call: call, path: path)
    }

    /// Whether the disk, the quota or the file's allowed size is exhausted.
    public var isOutOfSpace: Bool {
        code == ENOSPC || code == EDQUOT || code == EFBIG
    }

    /// What the system says where there is nothing under a name.
    public static let noSuchFile = ENOENT

    public var description: String {
        let reason = String(cString: strerror(code))
        return path.isEmpty ? "\(call): \(reason)" : "\(call) \(path): \(reason)"
    }
}

/// Calls again while a signal interrupts; a negative result is an error.
@inline(__always)
func retrying<Result: SignedInteger>(
    _ call: @autoclosure () -> String, _ path: @autoclosure () -> String = "",
    _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw SystemError(code: code, call: call(), path: path()) }
    }
}
