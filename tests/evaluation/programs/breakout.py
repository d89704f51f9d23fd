import pygame

WIDTH, HEIGHT = 600, 400


def make_bricks():
    return [pygame.Rect(5 + c * 60, 40 + r * 25, 50, 18) for r in range(4) for c in range(10)]


def main():
    pygame.init()
    screen = pygame.display.set_mode((WIDTH, HEIGHT))
    pygame.display.set_caption("打砖块")
    font = pygame.font.Font(None, 32)
    clock = pygame.time.Clock()
    paddle = pygame.Rect(WIDTH // 2 - 45, HEIGHT - 25, 90, 12)
    ball = pygame.Rect(WIDTH // 2, HEIGHT - 60, 12, 12)
    speed = [4, -4]
    bricks = make_bricks()
    score, over = 0, False
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                pygame.quit()
                return
        keys = pygame.key.get_pressed()
        paddle.x += (keys[pygame.K_RIGHT] - keys[pygame.K_LEFT]) * 7
        paddle.clamp_ip(screen.get_rect())
        if not over:
            ball.move_ip(speed)
            if ball.left <= 0 or ball.right >= WIDTH:
                speed[0] = -speed[0]
            if ball.top <= 0:
                speed[1] = -speed[1]
            if ball.colliderect(paddle):
                speed[1] = -abs(speed[1])
            hit = ball.collidelist(bricks)
            if hit >= 0:
                bricks.pop(hit)
                speed[1] = -speed[1]
                score += 10
            over = ball.top > HEIGHT or not bricks
        screen.fill((15, 15, 40))
        for brick in bricks:
            pygame.draw.rect(screen, (200, 120, 60), brick)
        pygame.draw.rect(screen, (240, 240, 240), paddle)
        pygame.draw.ellipse(screen, (255, 220, 0), ball)
        screen.blit(font.render(f"Score: {score}", True, (255, 255, 255)), (8, 8))
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
