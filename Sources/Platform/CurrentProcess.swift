internal import CLinux
internal import Glibc

/// The process that we are.
public enum CurrentProcess {
    /// The number that the system knows it by.
    public static var id: Int32 { getpid() }

    /// How many processors are there to work on; 1 where the system doesn't say.
    public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The CRC-32C of bytes by the processor's own instruction, from a remainder on; nil where it has none.
    public static func crc32c(_ remainder: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32? {
        guard hasCRC32C else { return nil }
        return clinux_crc32c(remainder, bytes.baseAddress, bytes.count)
    }

    private static let hasCRC32C = clinux_has_crc32c() != 0
}
