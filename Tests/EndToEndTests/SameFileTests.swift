import Foundation
import TestSupport
import Testing

/// Who names a file twice does not lose it.
@Suite struct SameFileTests {
  /// A command of which an output is an input or another output.
  struct Mistake: CustomTestStringConvertible, Sendable {
    let program: Program
    /// Names of files in the directory are after an `@`.
    let arguments: [String]

    init(_ program: Program, _ arguments: String) {
      self.program = program
      self.arguments = arguments.split(separator: " ").map(String.init)
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let mistakes = [
    Mistake(.trainer, "import @recording -o @recording"),
    Mistake(.trainer, "import @. -o @recording"),
    Mistake(.trainer, "import @recording -o @labels --labels @labels"),
    Mistake(.trainer, "capture @data -o @data"),
    Mistake(.trainer, "capture @data -o @./data"),
    Mistake(.trainer, "capture @data -o @hard"),
    Mistake(.trainer, "capture @data -o @soft"),
    // What is being made is called so until it is whole.
    Mistake(.trainer, "capture @part.tmp -o @part"),
    Mistake(.trainer, "split @data --at 0.5 --first @data --rest @new"),
    Mistake(.trainer, "split @data --at 0.5 --first @new --rest @data"),
    Mistake(.trainer, "split @data --at 0.5 --first @new --rest @./new"),
    Mistake(.trainer, "split @data --at 0.5 --first @new --rest @new.tmp"),
    Mistake(.trainer, "train @data -o @data"),
    Mistake(.trainer, "train @data -o @new --log @data"),
    Mistake(.trainer, "train @data -o @new --log @new"),
    Mistake(.trainer, "train @data -o @part --log @part.tmp"),
    Mistake(.trainer, "train @data -o @new --log @new.tmp"),
    Mistake(.trainer, "calibrate @checkpoint @data -o @data"),
    Mistake(.trainer, "calibrate @checkpoint @data -o @checkpoint"),
    Mistake(.trainer, "evaluate @model --normal @data --report @data"),
    Mistake(.trainer, "evaluate @model --normal @data --report @model"),
    Mistake(.trainer, "plot @model @data -o @data"),
    Mistake(.exporter, "@checkpoint --calibrate @data -o @data"),
    Mistake(.exporter, "@checkpoint --calibrate @data -o @checkpoint"),
    Mistake(.exporter, "emit-c @model.c -o @model.c"),
  ]

  @Test(arguments: mistakes) func anOutputThatIsAnInputIsRefused(mistake: Mistake) throws {
    let (files, directory) = (try Pipeline.get(), try TemporaryDirectory())
    let copies = [
      (files.recording, "recording"), (files.recording, "labels"), (files.first, "data"),
      (files.first, "part.tmp"), (files.checkpoint, "checkpoint"), (files.model, "model"),
      (files.model, "model.c"),
    ]
    let manager = FileManager.default
    for (file, name) in copies {
      try manager.copyItem(atPath: file, toPath: directory.file(name))
    }
    try manager.linkItem(atPath: directory.file("data"), toPath: directory.file("hard"))
    try manager.createSymbolicLink(
      atPath: directory.file("soft"), withDestinationPath: directory.file("data"))
    let names = try directory.names()
    try mistake.program.refuse(
      mistake.arguments.map { $0.hasPrefix("@") ? directory.file(String($0.dropFirst())) : $0 },
      status: 64, saying: "would take the place of")
    #expect(try directory.names() == names)
    for (file, name) in copies {
      #expect(try directory.read(name) == Fixture.bytes(at: file), "\(name)")
    }
  }
}
