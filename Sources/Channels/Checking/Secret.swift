internal import Crypto

/// A token, a signing secret: something that must never stand in a log, an error or a dump.
///
/// It shows itself as `***`. What it holds leaves only where it is used, inside this module.
public struct Secret: Sendable {
    let text: String

    public init(_ text: String) { self.text = text }

    /// Whether there is nothing in it, as where a variable of the environment is set to nothing.
    public var isEmpty: Bool { text.isEmpty }

    /// Whether somebody who showed this text knows the secret. Takes the same time wherever the two
    /// differ, and whatever their lengths: their SHA-256 are compared, in constant time.
    public func matches(_ shown: String) -> Bool {
        guard !text.isEmpty else { return false }
        return SHA256.hash(data: Array(text.utf8)) == SHA256.hash(data: Array(shown.utf8))
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
