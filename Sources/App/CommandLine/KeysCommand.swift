import ArgumentParser
import Glibc
import Platform
import Storage

/// Keys that sign what `compact --forgotten` notes.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes and shows keys that sign notes in the journal.",
        discussion: """
            Keep the file off the bot's machine, or at least where the bot can't read it: whoever has it can \
            write lines anew and sign for it as you. Note the public key elsewhere; `verify --key` wants it.
            """,
        subcommands: [Make.self, Show.self])

    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make",
            abstract: "Writes a new key into a new file, readable by you alone.")

        @OptionGroup var everywhere: Everywhere

        @Argument(help: "The file; outside of every data directory and backup.")
        var file: String

        func run() throws {
            let key = SigningKey()
            try KeyFile.write(key, to: file, apartFrom: everywhere.dataPath)
            Output.write("\(file): keep it, and keep it to yourself\npublic \(key.verifying)\n")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Prints the public key of a key's file.")

        @OptionGroup var everywhere: Everywhere

        @Argument(help: "The file.")
        var file: String

        func run() throws {
            let key = try KeyFile.read(file, apartFrom: everywhere.dataPath)
            Output.write("public \(key.verifying)\n")
        }
    }
}

/// A key in a file of its own, which only its owner may touch.
enum KeyFile {
    static func write(_ key: SigningKey, to path: String, apartFrom data: String) throws {
        try refuse(path, data)
        let file: Descriptor
        do throws(SystemError) {
            // Never over another key: what it signed could not be shown to be its any more.
            file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        } catch {
            guard error.code == EEXIST else { throw error }
            throw Exit.configuration(
                "\(path) is there already; a key is only written to a new file")
        }
        try file.write(Array(key.file.utf8))
        try file.sync()
        try file.close()
        try Descriptor.directory(at: Files.split(path).folder).sync()
    }

    static func read(_ path: String, apartFrom data: String) throws -> SigningKey {
        try refuse(path, data)
        let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.isRegular else { throw Exit.configuration("\(path) is not a file") }
        guard status.permissions & 0o077 == 0 else {
            throw Exit.configuration("\(path): others than you may touch it (chmod 600)")
        }
        guard
            let key = SigningKey(
                file: String(decoding: try file.contents(limit: 4096), as: UTF8.self))
        else { throw Exit.configuration("\(path) is not a key of `hundred keys make`") }
        return key
    }

    /// Where the data are, the bot and every backup would have the key, too.
    private static func refuse(_ path: String, _ data: String) throws {
        guard var folder = real(Files.split(path).folder) else {
            throw Exit.io("\(Files.split(path).folder): there is no such folder")
        }
        let own = real(data)
        while true {
            guard folder != own, !Files.isFile(folder + "/META.json") else {
                throw Exit.configuration(
                    "\(path) is in the data directory \(folder): a key must be kept elsewhere")
            }
            guard folder != "/", !folder.isEmpty else { return }
            folder = Files.split(folder).folder
        }
    }

    /// A path without links and dots; nil where nothing is.
    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
