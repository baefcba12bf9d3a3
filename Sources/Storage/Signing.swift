internal import Crypto
internal import Runtime

/// A key of the operator's that signs notes in the journal (Ed25519): kept outside of every data directory,
/// so that whoever can write there can't make a note that passes for the operator's.
public struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new one.
    public init() { key = Curve25519.Signing.PrivateKey() }

    /// What a key's file says: a line `private` with 64 hexadecimal digits, and a line `public` that goes with
    /// it; lines that begin with # say nothing. Nil for anything else.
    public init?(file: String) {
        var members: [String: String] = [:]
        for line in file.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, members[String(words[0])] == nil else { return nil }
            members[String(words[0])] = String(words[1])
        }
        guard members.count == 2, let own = members["private"].flatMap(Hexadecimal.bytes),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: own)
        else { return nil }
        self.key = key
        guard members["public"] == verifying.description else { return nil }
    }

    /// What stands in a key's file.
    public var file: String {
        """
        # Signs what \u{60}hundred compact --forgotten\u{60} notes in the journal. Keep it off the bot's machine.
        private \(Hexadecimal.text(key.rawRepresentation))
        public \(verifying)

        """
    }

    /// What others check its signatures with.
    public var verifying: VerifyingKey { VerifyingKey(key.publicKey) }

    func signature(of bytes: [UInt8]) throws(JournalError) -> String {
        do {
            return Hexadecimal.text(try key.signature(for: bytes))
        } catch {
            throw .unusable("the key can't sign: \(error)")
        }
    }
}

/// The public half of a ``SigningKey``: 64 hexadecimal digits.
public struct VerifyingKey: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    fileprivate init(_ key: Curve25519.Signing.PublicKey) {
        description = Hexadecimal.text(key.rawRepresentation)
    }

    /// Sixty-four lower-case digits.
    public init?(_ digits: String) {
        guard digits.utf8.count == 64, Hexadecimal.bytes(digits) != nil else { return nil }
        description = digits
    }

    /// Whether a signature, 128 digits, is this key's for these bytes.
    func vouches(for bytes: [UInt8], _ signature: String) -> Bool {
        guard let own = Hexadecimal.bytes(description),
            let signature = Hexadecimal.bytes(signature),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: own)
        else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}

extension Hexadecimal {
    fileprivate static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { text(UInt64($0), digits: 2) }.joined()
    }

    /// The bytes that digits spell, two each; nil where one is no lower-case digit.
    fileprivate static func bytes(_ digits: String) -> [UInt8]? {
        let digits = Array(digits.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard
                let byte = digits[place..<place + 2].withUnsafeBytes({ Hexadecimal.number($0) })
            else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return bytes
    }
}
