internal import CLinux
internal import Glibc

/// The process that we are.
public enum CurrentProcess {
    /// The number that the system knows it by.
    public static var id: Int32 { getpid() }
}
