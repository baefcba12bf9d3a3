internal import CLinux
internal import Glibc

/// The time of day. It can jump, in both directions.
public enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public static func now() -> Int64 {
        let time = read(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// A clock that never jumps and stands still while the machine sleeps. It measures spans.
public enum MonotonicClock {
    /// Nanoseconds since some moment before the process started.
    public static func now() -> Int64 { nanoseconds(CLOCK_MONOTONIC) }
}

/// A clock that never jumps and goes on while the machine sleeps. Against it a jump of the wall
/// clock shows.
public enum BootClock {
    /// Nanoseconds since the machine was started.
    public static func now() -> Int64 { nanoseconds(CLOCK_BOOTTIME) }
}

private func nanoseconds(_ clock: clockid_t) -> Int64 {
    let time = read(clock)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

private func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    let code = clock_gettime(clock, &time)
    precondition(code == 0, "clock_gettime failed")
    return time
}

/// Bytes from the kernel's random generator, good for secrets.
public enum RandomBytes {
    public static func make(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let got = clinux_getrandom(
                    buffer.baseAddress?.advanced(by: initialized), count - initialized)
                precondition(got > 0 || errno == EINTR, "the kernel gives no random bytes")
                if got > 0 { initialized += got }
            }
        }
    }
}
