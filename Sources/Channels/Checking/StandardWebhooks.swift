internal import Crypto

/// The signature of the Standard Webhooks specification, checked.
///
/// 1. `webhook-id`, `webhook-timestamp` and `webhook-signature` must be there, once each.
/// 2. The timestamp is seconds in plain digits, at most 300 away from now on either side.
/// 3. What is signed is `id`, a dot, `timestamp`, a dot, and the body as it came, byte for byte.
/// 4. The signature header is a list with spaces between; one `v1,` and the base64 of the HMAC-SHA256 under
///    one of the live keys is enough. Other versions are passed over; more than twenty entries are refused.
/// 5. All comparisons take the same time wherever they differ.
public struct StandardWebhooks: Sendable {
    /// A signing key, and until when it is taken.
    public struct Key: Sendable {
        let bytes: [UInt8]
        /// Seconds since 1970; nil for the key that stays. From this second on it is refused.
        public var retiresAt: Int64?

        /// From `whsec_` and the base64 of 24 to 64 bytes; nil where that is not what it is.
        public init?(_ secret: Secret, retiresAt: Int64? = nil) {
            let mark = "whsec_"
            guard secret.text.hasPrefix(mark),
                let bytes = Base64.bytes(secret.text.dropFirst(mark.count)),
                (24...64).contains(bytes.count)
            else { return nil }
            self.bytes = bytes
            self.retiresAt = retiresAt
        }
    }

    /// Why a request is not taken. For logs: whoever sent it is told nothing but 401.
    public enum Fault: String, Error, Hashable, Sendable {
        case noSignature, badID, badTimestamp, tooOld, tooNew, tooManySignatures, wrongSignature
    }

    public static let tolerance: Int64 = 300
    public var keys: [Key]

    public init(keys: [Key]) { self.keys = keys }

    /// Returns the message's id if the request was signed by someone who has one of the keys.
    ///
    /// - Parameter now: seconds since 1970.
    public func verify(
        id: String?, timestamp: String?, signature: String?, body: [UInt8], now: Int64
    ) throws(Fault) -> String {
        guard let id, let timestamp, let signature else { throw .noSignature }
        guard !id.isEmpty, id.utf8.count <= 256, id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw .badID
        }
        guard !timestamp.isEmpty, timestamp.utf8.count <= 15,
            timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let at = Int64(timestamp)
        else { throw .badTimestamp }
        let age = now.subtractingReportingOverflow(at)
        guard !age.overflow, age.partialValue <= Self.tolerance else { throw .tooOld }
        guard age.partialValue >= -Self.tolerance else { throw .tooNew }
        let entries = signature.split(separator: " ", omittingEmptySubsequences: true)
        guard entries.count <= 20 else { throw .tooManySignatures }
        let shown = entries.compactMap { entry -> [UInt8]? in
            guard entry.hasPrefix("v1,") else { return nil }
            return Base64.bytes(entry.dropFirst(3))
        }
        let signed = Array("\(id).\(timestamp).".utf8) + body
        var isGood = false
        for key in keys where key.retiresAt.map({ now < $0 }) ?? true {
            let code = HMAC<SHA256>.authenticationCode(
                for: signed, using: SymmetricKey(data: key.bytes))
            for candidate in shown where code == candidate { isGood = true }
        }
        guard isGood else { throw .wrongSignature }
        return id
    }
}
