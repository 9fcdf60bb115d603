import ModelFormat
import Testing

@Suite struct TensorRoleNameTests {
  private func names(_ architecture: Architecture) -> [String] {
    (0..<architecture.tensorCount).map { architecture.tensor(at: $0).role.name }
  }

  @Test func namesAreThoseOfCheckpoints() throws {
    #expect(
      names(try Sample.smallest().architecture) == [
        "blocks.0.conv.weight", "blocks.0.conv.bias", "blocks.0.mix.weight", "blocks.0.mix.bias",
        "head.weight", "head.bias",
      ])
    #expect(names(try Sample.gated().architecture)[0] == "embedding")
    #expect(names(try Sample.gated().architecture)[9] == "blocks.2.conv.weight")
    let window = names(try Sample.window().architecture)
    #expect(window.count == 14)
    #expect(window[..<2] == ["layer1.weight", "layer1.bias"])
    #expect(window[10...] == ["layer6.weight", "layer6.bias", "head.weight", "head.bias"])
  }
}
